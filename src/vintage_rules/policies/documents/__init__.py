"""What may be written in a policy document, and how it becomes what the rules take."""
