"""Text blocks: decoding, words, the Gopher and FineWeb measures, language, exact and near duplicates, table rows."""
