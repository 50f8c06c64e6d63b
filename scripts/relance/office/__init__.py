"""The run of a day: of one company, or of all those whose books an accounting office keeps."""
