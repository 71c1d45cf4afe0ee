"""SQL tables, opening the database, migrations."""
