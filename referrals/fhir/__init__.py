"""A need's loop as an HL7 FHIR R4 Bundle, after SDOH Clinical Care (the Gravity project)."""
