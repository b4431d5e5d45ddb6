"""What a reason is called on a page: a few plain words, no figures. The sentence with its figures is the engine's."""

from typing import Final

from refinery import bridge

TITLES: Final = {
    "too_large": "Larger than one record may be",
    "block_failed": "A step could not process it",
    "broken_json": "A line that is not valid JSON",
    "json_too_deep": "JSON nested too deeply",
    "row_not_an_object": "JSON without named fields",
    "ragged_row": "A row with the wrong number of cells",
    "broken_csv": "A row that cannot be read as CSV",
    "broken_row_group": "A damaged part of a Parquet file",
    "row_unreadable": "A row with an unreadable value",
    "low_quality": "Quality below the threshold",
    "exact_duplicate": "The same as a record that was kept",
    "near_duplicate": "Nearly the same as a record that was kept",
    "gopher_short_doc": "Too short to learn from",
    "gopher_long_doc": "Too long for one document",
    "gopher_below_avg_threshold": "Words shorter than usual",
    "gopher_above_avg_threshold": "Words longer than usual",
    "gopher_too_many_hashes": "Many hash signs",
    "gopher_too_many_ellipsis": "Many ellipses",
    "gopher_too_many_bullets": "Mostly bullet points",
    "gopher_too_many_end_ellipsis": "Lines that break off",
    "gopher_below_alpha_threshold": "Mostly characters that are not words",
    "gopher_enough_stop_words": "Hardly any running text",
    "gopher_dup_line_frac": "Repeated lines",
    "gopher_dup_line_char_frac": "Much text in repeated lines",
    "gopher_dup_para_frac": "Repeated paragraphs",
    "gopher_dup_para_char_frac": "Much text in repeated paragraphs",
    **{f"gopher_top_{size}gram": f"One phrase of {size} words makes up much of it" for size in (2, 3, 4)},
    **{f"gopher_dup_{size}gram": f"Repeated phrases of {size} words" for size in range(5, 11)},
    "fineweb_line_punct_ratio": "Lines that end no sentence",
    "fineweb_short_line_ratio": "Mostly short lines",
    "fineweb_char_dup_ratio": "Many characters in repeated lines",
    "fineweb_list_ratio": "More line breaks than words need",
    "undecodable_characters": "Characters that could not be read",
    "control_characters": "Control characters",
    "garbled_characters": "Garbled by a wrong encoding",
    "row_mostly_empty": "Mostly empty cells",
    "row_placeholders": "Cells that only hold a place",
    "row_undecodable_characters": "Cells that could not be read",
    "row_control_characters": "Control characters in cells",
    "row_garbled_characters": "Cells garbled by a wrong encoding",
    "image_too_small": "A picture too small",
    "image_odd_aspect_ratio": "A picture shaped like a strip",
    "image_dark": "A picture too dark",
    "image_light": "A picture too light",
    "image_low_information": "A nearly blank picture",
    "image_blurry": "A blurred picture",
    "image_noisy": "A noisy picture",
    "audio_too_short": "A sound too short",
    "audio_truncated_samples": "A sound with its end missing",
    "audio_silent": "Mostly silence",
}


def title_of(code: str) -> str:
    """The title; where a reason's sentence holds no figures, the sentence serves."""
    found = TITLES.get(code)
    return found or bridge.sentence_of(code, None, None, "").rstrip(".")
