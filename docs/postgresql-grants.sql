-- Rights of the database role the application runs as, when the tables belong to another one.
-- Run as the owner after each `handrail migrate`, with the role's name: psql -v role=handrail -f …
--
-- The owner migrates, the application reads and writes rows. It cannot change or remove a row of the
-- audit trail, nor switch off the triggers that refuse it as well.

GRANT USAGE ON SCHEMA public TO :"role";
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO :"role";
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO :"role";
REVOKE UPDATE, DELETE, TRUNCATE ON audit_event FROM :"role";
REVOKE DELETE, TRUNCATE ON audit_chain FROM :"role";
