"""What the planner's script says, in the reader's language: sentences with room for figures, filled in the browser."""

from __future__ import annotations

from flask_babel import gettext


def planner() -> dict[str, str]:
    """Return the sentences by the names that the script has for them."""
    return {
        "drawn": gettext("{places:place|places} and {posts:post|posts} on the map"),
        "drawn_gone": gettext("{places:place|places} and {posts:post|posts} on the map, {gone} crossed out"),
        "gone": gettext("{name}: closed, or stands elsewhere"),
        "failed": gettext(
            "The map could not be loaded. Answers and lists are whole; what is tried, changed or drawn needs the map."
        ),
        "tried": gettext("With it {share}% would be covered: {gained:more person|more people}."),
        "tried_move": gettext("Then {share}% would be covered: {gained:person|people} more, {lost} fewer."),
        "too_far": gettext("The nearest street is {metres} m away: farther than {limit} m a post would reach nobody."),
        "trial": gettext("Tried post: drag it, or move it with the arrow keys; Enter goes on"),
        "place": gettext("{name}: {people:person|people}, {minutes} min"),
        "place_gap": gettext("{name}: {people:person|people}, {cause}"),
        "way": gettext("{name}: {minutes} min, {metres} m, {post}"),
        "straight": gettext("the nearest post is {metres} m away in a straight line"),
        "no_way": gettext("{name}: no way leads to an open post."),
        "unnamed": gettext("Building"),
        "unknown": gettext("an unknown number of"),
        "working": gettext("Being worked out …"),
        "working_at": gettext("Being worked out: {percent}% …"),
        "stopped": gettext("Stopped."),
        "corner": gettext("Corner {number}: move it with the arrow keys"),
        "delete": gettext("Delete the scenario “{name}”?"),
        "nothing_to_open": gettext("There is nothing of that kind here."),
        "few_corners": gettext("More corners are needed: at least {count}."),
        "trial_failed": gettext("That could not be worked out just now. Try again in a moment."),
    }
