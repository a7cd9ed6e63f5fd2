"""The browser chat and the REST interface: an Advisor goes in, one FastAPI application comes out."""
