package io.weir.storage.query;

/**
 * Where a hit stands in the order of all hits of a search: by rank, higher first, then by the bytes
 * of the key, then by partition.
 *
 * @param rank the hit's {@link Hit#rank}
 * @param key its key
 * @param partition its partition
 */
public record HitPlace(float rank, String key, int partition) {

  /** The place of a hit. */
  public static HitPlace of(Hit hit) {
    return new HitPlace(hit.rank(), hit.row().key(), hit.row().partition());
  }
}
