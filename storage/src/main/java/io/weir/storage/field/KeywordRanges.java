package io.weir.storage.field;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A set of keywords: ranges in the order of their bytes, none overlapping another.
 *
 * <p><b>Threads:</b> immutable.
 */
public final class KeywordRanges {

  private static final ValueLayout.OfLong HEAD =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  /** Every keyword. */
  public static final KeywordRanges ALL = new KeywordRanges(List.of(new Range(End.of(), null)));

  private final List<Range> ranges;

  private KeywordRanges(List<Range> ranges) {
    this.ranges = ranges;
  }

  /** An end of a range: a keyword, in the range or not. */
  public static final class End {
    private final MemorySegment keyword;
    private final long head;
    private final boolean inclusive;

    private End(MemorySegment keyword, boolean inclusive) {
      this.keyword = keyword;
      this.head = head(keyword);
      this.inclusive = inclusive;
    }

    /** At a keyword. */
    public static End of(byte[] utf8, boolean inclusive) {
      return new End(MemorySegment.ofArray(utf8), inclusive);
    }

    /** At the lowest keyword that there is. */
    static End of() {
      return of(new byte[0], true);
    }

    private int compareTo(MemorySegment other, long headOfOther) {
      int order = Long.compareUnsigned(head, headOfOther);
      return order == 0 ? ByteStrings.compare(keyword, other) : order;
    }
  }

  /** What is between two ends; without a second one, everything from the first on. */
  private record Range(End low, @Nullable End high) {

    boolean beginsBelow(MemorySegment keyword, long head) {
      int order = low.compareTo(keyword, head);
      return order < 0 || (order == 0 && low.inclusive);
    }

    boolean endsAbove(MemorySegment keyword, long head) {
      if (high == null) {
        return true;
      }
      int order = high.compareTo(keyword, head);
      return order > 0 || (order == 0 && high.inclusive);
    }
  }

  /** Some keywords, in any order. */
  public static KeywordRanges of(Collection<byte[]> keywords) {
    return new KeywordRanges(
        keywords.stream()
            .sorted(Arrays::compareUnsigned)
            .map(utf8 -> End.of(utf8, true))
            .map(end -> new Range(end, end))
            .toList());
  }

  /** The keywords between two ends; without one, all below or above the other. */
  public static KeywordRanges between(@Nullable End low, @Nullable End high) {
    return new KeywordRanges(List.of(new Range(low == null ? End.of() : low, high)));
  }

  /** The keywords that begin with some bytes. */
  public static KeywordRanges beginningWith(byte[] prefix) {
    int length = prefix.length;
    while (length > 0 && prefix[length - 1] == (byte) 0xff) {
      length--;
    }
    if (length == 0) {
      return between(End.of(prefix, true), null);
    }
    byte[] behind = Arrays.copyOf(prefix, length);
    behind[length - 1]++;
    return between(End.of(prefix, true), End.of(behind, false));
  }

  /** Whether a keyword is in it. */
  public boolean contains(MemorySegment keyword) {
    long head = head(keyword);
    int low = 0;
    int high = ranges.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ranges.get(middle).beginsBelow(keyword, head)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low > 0 && ranges.get(low - 1).endsAbove(keyword, head);
  }

  /** Returns the numbers of those keywords that are in it. */
  public LongRanges numbersIn(SortedKeywords keywords) throws IOException {
    long[] from = new long[ranges.size()];
    long[] to = new long[ranges.size()];
    int count = 0;
    for (Range range : ranges) {
      int first = firstWhere(keywords, one -> range.beginsBelow(one, head(one)));
      int end = firstWhere(keywords, one -> !range.endsAbove(one, head(one)));
      if (first < end) {
        from[count] = first;
        to[count++] = end - 1L;
      }
    }
    return LongRanges.of(Arrays.copyOf(from, count), Arrays.copyOf(to, count));
  }

  /** Is false of lower keywords and true of higher ones. */
  private interface Threshold {
    boolean isReachedBy(MemorySegment keyword);
  }

  private static int firstWhere(SortedKeywords keywords, Threshold threshold) throws IOException {
    int low = 0;
    int high = keywords.count();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (threshold.isReachedBy(keywords.keyword(middle))) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /** The first 8 bytes, zeros behind a shorter keyword: most comparisons end with them. */
  private static long head(MemorySegment keyword) {
    int length = (int) Math.min(keyword.byteSize(), Long.BYTES);
    if (length == Long.BYTES) {
      return keyword.get(HEAD, 0);
    }
    long head = 0;
    for (int i = 0; i < length; i++) {
      head |= (keyword.get(ValueLayout.JAVA_BYTE, i) & 0xffL) << (Long.SIZE - Byte.SIZE * (i + 1));
    }
    return head;
  }
}
