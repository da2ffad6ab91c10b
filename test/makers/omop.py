"""Prints the SQL of the OMOP Common Data Model, version 5.4."""

from omop_cdm.regular.cdm54 import tables
from sqlalchemy import create_mock_engine


def show(statement, *_args, **_options):
    print(str(statement.compile(dialect=engine.dialect)) + ";")


engine = create_mock_engine("postgresql+psycopg://", show)
tables.Base.metadata.create_all(engine, checkfirst=False)
