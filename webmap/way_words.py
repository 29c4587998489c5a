"""What a way of reading or writing is called in the log: the name of an endpoint has no meaning to people."""

from __future__ import annotations

from flask_babel import gettext


def way_words(way: str) -> str:
    """Return what a way is called: an endpoint's own words, or those of the pages that it belongs to.

    Args:
        way: of signing in, such as "password", or the endpoint that answered.
    """
    return {**_signing(), **_pages(), **_programs()}.get(way) or _families().get(way.partition(".")[0], way)


def _signing() -> dict[str, str]:
    return {
        "password": gettext("by password"),
        "code": gettext("by a code from a phone"),
        "demo": gettext("by one click at this computer"),
        "command line": gettext("on the command line"),
    }


def _pages() -> dict[str, str]:
    return {
        "public.show_map": gettext("map"),
        "public.show_list": gettext("list"),
        "public.show_place": gettext("page of one record"),
        "public.show_panel": gettext("panel of the map"),
        "public.search": gettext("search"),
        "public.show_about": gettext("about the data"),
        "compounds.show_compound": gettext("page of a compound"),
        "compounds.show_community": gettext("page of a community"),
        "officer.show_deadlines": gettext("deadlines"),
        "officer.show_form": gettext("form of a new hazard"),
        "officer.show_nearest": gettext("nearest posts"),
        "officer.show_order": gettext("walking order"),
        "officer.show_dossier": gettext("all about a compound"),
        "hazards_api.show_near": gettext("hazards near by"),
        "hazards_api.show_place": gettext("place of the pin"),
        "coverage.show_report": gettext("report"),
        "jobs.show_run_report": gettext("report"),
    }


def _programs() -> dict[str, str]:
    return {
        "ogc_items.items": gettext("records for programs"),
        "ogc_items.item": gettext("one record for programs"),
        "page_files.take_compound": gettext("file"),
        "page_files.take_community": gettext("file"),
    }


def _families() -> dict[str, str]:
    planning = gettext("planning")
    return {
        **dict.fromkeys(("planner", "coverage", "access_measure", "access_piece", "changeable", "changed"), planning),
        **dict.fromkeys(("grids", "hotspots", "hotspots_page", "jobs", "pieces", "rates", "rates_page"), planning),
        **dict.fromkeys(("scenarios", "siting", "sways_piece"), planning),
        **dict.fromkeys(("public", "ogc_tiles"), gettext("map")),
        **dict.fromkeys(("ogc", "ogc_collections"), gettext("description for programs")),
        "officer_writing": gettext("recording on the spot"),
        "briefing": gettext("simple map"),
        "compounds": gettext("page of a compound"),
        "downloads": gettext("file"),
        "find": gettext("search"),
        "governance": gettext("figures"),
        "page_files": gettext("drawn map"),
        "photos": gettext("photo"),
    }
