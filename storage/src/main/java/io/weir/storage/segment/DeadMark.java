package io.weir.storage.segment;

/**
 * Says that a published row has been replaced or deleted.
 *
 * @param segment number of the row's segment file
 * @param row number of the row in that file
 * @param killingOffset Kafka offset of the record that did it
 */
public record DeadMark(long segment, int row, long killingOffset) {}
