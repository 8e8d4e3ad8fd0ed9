package io.weir.api.client;

/**
 * A row that was found.
 *
 * @param row the row
 * @param score the cosine, the inner product or the Euclidean distance, as the collection's metric
 *     has it; infinite or NaN where it overflows float32
 */
public record Hit(Row row, float score) {}
