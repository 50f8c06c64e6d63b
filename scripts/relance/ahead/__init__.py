"""What is to come: the timeline, another policy's effects, the calendar file."""
