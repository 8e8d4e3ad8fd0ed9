package io.weir.storage.query;

/**
 * When a block of changes ends.
 *
 * @param records so many are looked at, at most
 * @param bytes no further row is copied once vectors, keys and payloads have so many
 */
public record ChangeLimit(int records, long bytes) {}
