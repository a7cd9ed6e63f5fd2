"""What is said about an answer, or beside one: requests such as "shorter", small talk, replies."""
