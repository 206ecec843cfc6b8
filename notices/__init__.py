"""What Handrail says to people and programs elsewhere: mails, and signed calls to their systems.

Nothing here holds a name, a need, a program or a date of birth: a notice says that there is
something to look at, and where.
"""
