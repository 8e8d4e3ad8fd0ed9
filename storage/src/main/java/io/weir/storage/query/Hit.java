package io.weir.storage.query;

/**
 * A row found by a search.
 *
 * @param score cosine, inner product or Euclidean distance, by the collection's metric
 * @param rank what hits are ordered by, higher for nearer ones, whatever the metric
 * @param row the row; vector and payload are empty unless the query asked for them
 */
public record Hit(float score, float rank, StoredRow row) {}
