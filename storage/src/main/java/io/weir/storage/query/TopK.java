package io.weir.storage.query;

import io.weir.storage.field.ByteStrings;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * The best k candidates so far: higher ranks first, equal ranks in order of the keys' bytes, equal
 * keys (of producers that disagree on partitioning) in order of partition. No two candidates are
 * equal in that order, so which k are the best does not depend on the order in which they come.
 * Where a page of hits was seen before, the best behind it.
 *
 * <p><b>Threads:</b> one at a time.
 */
final class TopK {
  private static final Comparator<Candidate> BEST_FIRST =
      Comparator.comparingDouble(Candidate::rank)
          .reversed()
          .thenComparing(Candidate::key, ByteStrings::compare)
          .thenComparingInt(Candidate::partition);

  private final int k;
  private final Optional<HitPlace> after;
  private final float highestRank;
  private final MemorySegment afterKey;
  private final PriorityQueue<Candidate> worstFirst = new PriorityQueue<>(BEST_FIRST.reversed());
  private float lowestWanted;

  /**
   * None so far.
   *
   * @param after the last of the page before, if there was one
   * @param lowestWanted what ranks lower is not among the best, as is known already
   */
  TopK(int k, Optional<HitPlace> after, float lowestWanted) {
    this.k = k;
    this.after = after;
    this.highestRank = after.map(HitPlace::rank).orElse(Float.POSITIVE_INFINITY);
    this.afterKey =
        MemorySegment.ofArray(after.map(HitPlace::key).orElse("").getBytes(StandardCharsets.UTF_8));
    this.lowestWanted = lowestWanted;
  }

  /**
   * A row and how near it is.
   *
   * @param rank from {@link Scorer#rank}
   * @param key its key; borrowed
   * @param partition its partition
   * @param row where it lies
   */
  record Candidate(float rank, MemorySegment key, int partition, LocatedRow row) {
    static Candidate of(float rank, int partition, LocatedRow row) throws IOException {
      // Makes 0 of -0, which is as near and would be ordered before or behind it.
      return new Candidate(rank + 0f, row.key(), partition, row);
    }
  }

  /** Whether a row of this rank could be among the best; most cannot, and need not be looked at. */
  boolean wants(float rank) {
    return rank >= lowestWanted && rank <= highestRank;
  }

  /** The rank below which nothing is wanted. */
  float lowestWanted() {
    return lowestWanted;
  }

  void offer(Candidate candidate) {
    if (after.isPresent() && !isAfter(candidate, after.get())) {
      return;
    }
    worstFirst.add(candidate);
    if (worstFirst.size() > k) {
      worstFirst.remove();
    }
    if (worstFirst.size() == k) {
      lowestWanted = Math.max(lowestWanted, worstFirst.element().rank());
    }
  }

  void offerAll(TopK others) {
    for (Candidate candidate : others.worstFirst) {
      if (wants(candidate.rank())) {
        offer(candidate);
      }
    }
  }

  private boolean isAfter(Candidate candidate, HitPlace seen) {
    int byRank = Float.compare(seen.rank(), candidate.rank());
    if (byRank != 0) {
      return byRank > 0;
    }
    int byKey = ByteStrings.compare(candidate.key(), afterKey);
    return byKey == 0 ? candidate.partition() > seen.partition() : byKey > 0;
  }

  /** Returns the best, best first. */
  List<Candidate> best() {
    List<Candidate> best = new ArrayList<>(worstFirst);
    best.sort(BEST_FIRST);
    return best;
  }
}
