//! The server: the HTTP API, the workers that deliver and watch, tokens, metrics, configuration.
