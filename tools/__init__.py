"""What the guide's makers run, by make and in the tests."""
