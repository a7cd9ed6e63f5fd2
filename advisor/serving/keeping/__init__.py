"""What is kept for the people who use the browser, and what they hand on: conversations, links, ratings, exports."""
