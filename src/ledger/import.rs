//! Rows of files as requests.
