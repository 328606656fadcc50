"""Changes and questions that span several entities."""
