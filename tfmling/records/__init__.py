"""The contract between Beam and training: the schemas, files and folders of TFRecords.

Records hold text, so that a new vocabulary needs no new records.
"""
