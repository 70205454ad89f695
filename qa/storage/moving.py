"""What one database holds brought into another, whatever engines keep them."""

import sqlalchemy as sa

from qa.storage.database import Database

AT_ONCE = 500  # rows


def copy_rows(source: Database, target: sa.Connection, tables: sa.MetaData) -> None:
    """Copy all rows of these tables, which are empty there; what is numbered goes on behind them."""
    with source.reading() as db:
        for table in tables.sorted_tables:
            for rows in db.execute(sa.select(table), execution_options={"yield_per": AT_ONCE}).mappings().partitions():
                target.execute(sa.insert(table), [dict(row) for row in rows])
            if target.dialect.name == "postgresql" and (number := table.autoincrement_column) is not None:
                sequence = sa.func.pg_get_serial_sequence(table.name, number.name)
                target.execute(sa.select(sa.func.setval(sequence, sa.func.max(number))).select_from(table))
