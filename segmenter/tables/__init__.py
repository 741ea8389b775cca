"""Files -> validated tables: contracts, mappings, reading in a confined process, findings."""
