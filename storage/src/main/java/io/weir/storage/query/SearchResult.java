package io.weir.storage.query;

import io.weir.storage.record.SourcePosition;
import java.util.List;
import java.util.SortedMap;

/**
 * What a search found.
 *
 * @param hits nearest first; equal scores in order of the keys' UTF-8 bytes. At most k, and fewer
 *     only if there are fewer live rows
 * @param position per partition, the position whose records this answer has seen; a partition that
 *     has never been read is left out
 * @param scannedRows rows that were scored
 */
public record SearchResult(
    List<Hit> hits, SortedMap<Integer, SourcePosition> position, long scannedRows) {}
