//! The JSON Schema of a policy file, for completion in editors.
