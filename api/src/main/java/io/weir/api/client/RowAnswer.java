package io.weir.api.client;

/**
 * The row under a key.
 *
 * @param row the row
 * @param seen the position that it is of
 */
public record RowAnswer(Row row, Seen seen) {}
