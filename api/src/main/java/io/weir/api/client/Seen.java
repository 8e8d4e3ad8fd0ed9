package io.weir.api.client;

/**
 * Which records an answer has seen.
 *
 * @param position every record below it and none above
 * @param lag how many offsets the end of the log is ahead of it, for the partitions whose end is
 *     known; markers and holes count
 */
public record Seen(Position position, Position lag) {}
