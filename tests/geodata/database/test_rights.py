"""Who may do what: every login against every column of every table, beside what is declared; a new right fails here."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

import pytest
from sqlalchemy import Connection, text

from geodata.database.engine import engine_for
from geodata.database.logins import SCHEMAS, Login, role_name
from geodata.layers import LAYERS
from geodata.layers.audience import Audience
from geodata.layers.layer import Layer
from geodata.publication import publish
from geodata.settings import Settings
from tests.deployments import Deployments

Verbs = dict[str, frozenset[str]]
"""What a login may do with a table: the columns of each verb; "*" where the verb is the whole table's."""

READ, ADD, CHANGE, REMOVE = ("SELECT",), ("SELECT", "INSERT"), ("SELECT", "INSERT", "UPDATE"), ("DELETE",)
KEYS = {"id", "area_ids", "geom", "geom_3857"}
"""What whoever sees a layer has of it besides its fields: its key, its areas and its place."""

OF_LOADS = {
    Login.ANALYST: {"SELECT": "id layer state changed finished"},
    Login.OFFICER: {"SELECT": "id kind state layer part file_sha256 finished changed unchanged notes"},
    Login.POLICE: {"SELECT": "id kind state layer part file_sha256 finished changed unchanged notes"},
    Login.LOADER: {
        "UPDATE": "state finished read loaded unchanged quarantined ignored changed notes message",
    },
}
"""Rights to single columns of ledger.load."""

WHOLE: Mapping[Login, Mapping[str, tuple[str, ...]]] = {
    Login.LOADER: {
        r"live\..*": CHANGE,
        r"live\.(area_link|alias|funding_line)": REMOVE,
        r"history\..*": ADD,
        r"ledger\.(load|quarantine)": ADD,
    },
    Login.STAFF: {r"(live|history|ledger)\..*": READ, r"pub_\d+\.walk": READ},
    Login.OFFICER: {
        r"live\.spelling": READ,
        r"ledger\.current_publication": READ,
        r"pub_\d+\.(incident_count|walk)": READ,
    },
    Login.POLICE: {r"live\.spelling": READ, r"ledger\.current_publication": READ, r"pub_\d+\.walk": READ},
    Login.PLANNER: {r"ledger\.current_publication": READ, r"plan_\d+\..*": READ},
    Login.PUBLIC: {r"ledger\.current_publication": READ, r"pub_\d+\..*": READ},
    Login.ANALYST: {
        r"live\..*": READ,
        r"ledger\.told_total": READ,
        r"history\.(road|turn_restriction)": READ,
        r"analysis\.run": ADD,
        r"analysis\.scenario": (*CHANGE, *REMOVE),
        r"analysis\.walk(_edition)?": (*CHANGE, *REMOVE),
        r"jobs\..*": (*CHANGE, *REMOVE),
    },
    Login.AUDITOR: {r"ledger\..*": READ, r"account\.log_entry": READ},
    Login.ACCOUNTS: {
        r"account\.account": READ,
        r"account\.session": (*CHANGE, *REMOVE),
        r"account\.attempt": (*ADD, *REMOVE),
        r"account\.factor": ADD,
        r"account\.requirement": READ,
        r"account\.log_entry": ("INSERT",),
    },
    Login.KEEPER: {
        r"account\.account": ADD,
        r"account\.session": (*READ, *REMOVE),
        r"account\.attempt": (*READ, *REMOVE),
        r"account\.factor": REMOVE,
        r"account\.requirement": (*ADD, *REMOVE),
        r"account\.log_entry": ("INSERT",),
    },
}
"""Rights to whole tables, by what their names look like."""

OF_ACCOUNTS = {
    Login.ACCOUNTS: {"UPDATE": "last_signed_in"},
    Login.KEEPER: {"UPDATE": "password_hash password_set disabled_at is_demo audiences area_codes"},
}

OF_FACTORS = {Login.ACCOUNTS: {"UPDATE": "last_step"}, Login.KEEPER: {"SELECT": "account_id enrolled"}}
"""Who signs people in can add a factor, never replace or remove one; who removes them can't read their secrets."""

COLUMN_RIGHTS = text(
    """
    SELECT login, nspname || '.' || relname AS name, verb, attname AS column
    FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace JOIN pg_attribute ON attrelid = c.oid
        CROSS JOIN unnest(CAST(:logins AS text[])) AS login
        CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'REFERENCES']) AS verb
    WHERE relkind IN ('r', 'v', 'm', 'p', 'f') AND attnum > 0 AND NOT attisdropped
        AND nspname !~ '^(pg_|information_schema$|public$)' AND has_column_privilege(login, c.oid, attnum, verb)
    UNION ALL
    SELECT login, nspname || '.' || relname, verb, '*'
    FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
        CROSS JOIN unnest(CAST(:logins AS text[])) AS login
        CROSS JOIN unnest(ARRAY['DELETE', 'TRUNCATE', 'TRIGGER']) AS verb
    WHERE relkind IN ('r', 'v', 'm', 'p', 'f')
        AND nspname !~ '^(pg_|information_schema$|public$)' AND has_table_privilege(login, c.oid, verb)
    """
)
COLUMNS = text(
    """
    SELECT nspname || '.' || relname AS name, array_agg(attname::text) AS columns
    FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace JOIN pg_attribute ON attrelid = c.oid
    WHERE relkind IN ('r', 'v', 'm', 'p', 'f') AND attnum > 0 AND NOT attisdropped
        AND nspname !~ '^(pg_|information_schema$|public$)' GROUP BY 1
    """
)


@pytest.fixture(scope="module")
def published(deployments: Deployments) -> Settings:
    settings = deployments.make("Rights")
    publish(settings)
    return settings


@pytest.fixture
def connection(published: Settings) -> Iterator[Connection]:
    with engine_for(published, Login.OWNER).connect() as opened:
        yield opened


def _declared(login: Login, table: str, columns: frozenset[str]) -> Verbs:
    """Return what a login is declared to have of a table."""
    schema, _, name = table.partition(".")
    found: dict[str, set[str]] = defaultdict(set)
    for pattern, verbs in WHOLE[login].items():
        if re.fullmatch(pattern, table):
            for verb in verbs:
                found[verb] |= {"*"} if verb == "DELETE" else columns
    single = {
        "ledger.load": OF_LOADS,
        "account.account": OF_ACCOUNTS,
        "account.factor": OF_FACTORS,
    }.get(table, {})
    for verb, named in single.get(login, {}).items():
        found[verb] |= set(named.split())
    layer = next((layer for layer in LAYERS if layer.id == name), None)
    audience = {Login.OFFICER: Audience.GRID_OFFICER, Login.POLICE: Audience.POLICE}.get(login)
    has_records = layer is not None and audience in layer.audiences and not layer.seen_by(audience).is_totals
    if layer is not None and audience is not None and schema in ("live", "history") and has_records:
        found["SELECT"] |= _of_layer(layer, audience, schema) & columns
    return {verb: frozenset(named) for verb, named in found.items()}


def _of_layer(layer: Layer, audience: Audience, schema: str) -> set[str]:
    fields = {field.name for field in layer.fields_for(audience)}
    parent = {f"{layer.parent}_id"} if layer.parent else set()
    return fields | parent | KEYS | {"recorded" if schema == "history" else "recorded_from"}


def _granted(connection: Connection) -> dict[tuple[Login, str], Verbs]:
    database = str(connection.engine.url.database)
    logins = {role_name(login, database): login for login in Login if login is not Login.OWNER}
    found: dict[tuple[Login, str], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in connection.execute(COLUMN_RIGHTS, {"logins": list(logins)}):
        found[logins[row.login], row.name][row.verb].add(row.column)
    return {key: {verb: frozenset(named) for verb, named in verbs.items()} for key, verbs in found.items()}


def test_each_login_has_the_rights_that_are_declared_and_no_others(connection: Connection) -> None:
    granted = _granted(connection)
    tables = {row.name: frozenset(row.columns) for row in connection.execute(COLUMNS)}
    assert {name.partition(".")[0] for name in tables} == {*SCHEMAS, "pub_1", "plan_1"}
    for login in WHOLE:
        for table, columns in tables.items():
            assert granted.pop((login, table), {}) == _declared(login, table, columns), (login, table)
    assert granted == {}
    assert set(WHOLE) == set(Login) - {Login.OWNER}


@pytest.mark.parametrize(
    "slip",
    [
        "GRANT SELECT ON live.hazard TO {public}",
        "GRANT SELECT (residents) ON live.building TO {officer}",
        "GRANT UPDATE (name) ON live.compound TO {staff}",
        "GRANT TRUNCATE ON ledger.load TO {auditor}",
        "GRANT SELECT ON pub_1.compound TO {planner}",
        "GRANT SELECT ON ledger.load TO PUBLIC",
    ],
)
def test_a_right_that_nobody_declared_is_seen(connection: Connection, slip: str) -> None:
    database = str(connection.engine.url.database)
    before = _granted(connection)
    roles = {str(login): f'"{role_name(login, database)}"' for login in Login}
    connection.exec_driver_sql(slip.format(**roles))
    assert _granted(connection) != before
    connection.rollback()


def test_nobody_is_a_member_of_another_and_none_is_more_than_a_login(connection: Connection) -> None:
    database = str(connection.engine.url.database)
    roles = [role_name(login, database) for login in Login]
    more = text(
        "SELECT rolname FROM pg_roles WHERE rolname = ANY(:roles) "
        "AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)"
    )
    assert connection.execute(more, {"roles": roles}).all() == []
    members = text(
        "SELECT member::regrole::text FROM pg_auth_members WHERE member::regrole::text = ANY(:roles) "
        "OR trim(both '\"' from member::regrole::text) = ANY(:roles)"
    )
    assert connection.execute(members, {"roles": roles}).all() == []


def test_everybody_has_nothing(connection: Connection) -> None:
    schemas = text(
        "SELECT nspname, privilege_type FROM pg_namespace, aclexplode(nspacl) "
        "WHERE grantee = 0 AND nspname !~ '^(pg_|information_schema$)' "
    )
    # PostGIS keeps its functions there; nobody makes anything in it.
    assert [tuple(row) for row in connection.execute(schemas)] == [("public", "USAGE")]
    tables = text(
        "SELECT nspname || '.' || relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace, "
        "aclexplode(relacl) WHERE grantee = 0 AND nspname !~ '^(pg_|information_schema$)'"
    )
    assert set(connection.execute(tables).scalars()) == {
        "public.spatial_ref_sys", "public.geometry_columns", "public.geography_columns",
    }  # fmt: skip
    columns = text("SELECT attrelid::regclass::text FROM pg_attribute, aclexplode(attacl) WHERE grantee = 0")
    assert set(connection.execute(columns).scalars()) <= {"pg_subscription"}
    assert connection.execute(text("SELECT count(*) FROM pg_default_acl")).scalar_one() == 0
    database = text("SELECT count(*) FROM pg_database, aclexplode(datacl) WHERE grantee = 0 AND datname = :name")
    assert connection.execute(database, {"name": connection.engine.url.database}).scalar_one() == 0


@pytest.mark.parametrize("login", [login for login in Login if login is not Login.OWNER])
def test_only_owner_and_loader_make_tables_of_their_own(connection: Connection, login: Login) -> None:
    query = text(
        "SELECT has_database_privilege(:role, :name, 'TEMPORARY'), has_database_privilege(:role, :name, 'CREATE')"
    )
    name = str(connection.engine.url.database)
    makes = connection.execute(query, {"role": role_name(login, name), "name": name}).one()
    assert tuple(makes) == (login is Login.LOADER, False)


BESIDE_TABLES = text(
    """
    SELECT login, 'sequences of ' || nspname AS what
    FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace CROSS JOIN unnest(CAST(:logins AS text[])) AS login
    WHERE relkind = 'S' AND has_sequence_privilege(login, c.oid, 'USAGE, SELECT, UPDATE')
    UNION
    SELECT login, 'schema ' || nspname FROM pg_namespace n CROSS JOIN unnest(CAST(:logins AS text[])) AS login
    WHERE nspname !~ '^pg_(toast_)?temp_' AND has_schema_privilege(login, n.oid, 'CREATE')
    UNION
    SELECT login, p.oid::regprocedure::text FROM pg_proc p CROSS JOIN unnest(CAST(:logins AS text[])) AS login
    WHERE prosecdef AND has_function_privilege(login, p.oid, 'EXECUTE')
    """
)
"""Numbers that a login may draw, schemas in which it may make something, functions that have more rights than it."""

FOUR = "double precision,double precision,double precision,double precision"
WRITING = (
    f"report_hazard(text,date,text,text,{FOUR},text,text,bigint,text,text,text)",
    "step_hazard(text,bigint,text,date,date,text,text,text)",
    "take_back_edit(text,text,text)",
    "hazard_of_edit(text,text)",
    "add_hazard_photo(text,bigint,date,bytea,text)",
    "list_hazard_photos(bigint)",
)
"""What officers and the police write by: it looks at their areas itself."""


def _beside_tables(connection: Connection) -> set[tuple[Login, str]]:
    database = str(connection.engine.url.database)
    logins = {role_name(login, database): login for login in Login if login is not Login.OWNER}
    rows = connection.execute(BESIDE_TABLES, {"logins": list(logins)})
    return {(logins[row.login], row.what) for row in rows}


def test_beside_tables_there_are_sequences_for_who_adds_rows_and_no_function_with_more_rights(
    connection: Connection,
) -> None:
    assert _beside_tables(connection) == {
        (Login.LOADER, "sequences of live"),
        (Login.LOADER, "sequences of ledger"),
        (Login.LOADER, "live.drop_indexes(name)"),
        (Login.LOADER, "live.make_indexes(name)"),
        *((login, f"live.{function}") for login in (Login.OFFICER, Login.POLICE) for function in WRITING),
        (Login.POLICE, "live.open_hazard_photo(bigint)"),
        (Login.STAFF, "live.open_hazard_photo(bigint)"),
        (Login.STAFF, "live.list_hazard_photos(bigint)"),
        (Login.ANALYST, "sequences of analysis"),
        (Login.ANALYST, "sequences of jobs"),
    }


@pytest.mark.parametrize(
    "slip",
    [
        "GRANT CREATE ON SCHEMA live TO {officer}",
        "GRANT UPDATE ON SEQUENCE live.hazard_id_seq TO {police}",
        "GRANT EXECUTE ON FUNCTION live.drop_indexes(name) TO PUBLIC",
        "ALTER FUNCTION live.hazard_status(bigint, timestamptz) SECURITY DEFINER",
    ],
)
def test_a_right_beside_tables_that_nobody_declared_is_seen(connection: Connection, slip: str) -> None:
    database, before = str(connection.engine.url.database), _beside_tables(connection)
    roles = {str(login): f'"{role_name(login, database)}"' for login in Login}
    connection.exec_driver_sql(slip.format(**roles))
    assert _beside_tables(connection) != before
    connection.rollback()
