//! Absences from CSV and iCalendar text.
