"""What is imported before this project's programs are forked: all of it, or it is out of date."""

from tools import first_call

first_call.prepare()
