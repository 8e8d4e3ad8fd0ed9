package io.weir.storage.checkpoint;

import io.weir.storage.record.FeedNotes;
import io.weir.storage.record.Gap;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The bytes of what a feeder has noted; {@link ManifestFormat} has the table. */
final class FeedSection {
  private static final int FIXED_BYTES = 16;
  private static final int GAP_BYTES = 25;
  private static final long NO_TIME = Long.MIN_VALUE;
  private static final int NO_PARTITIONS = 0;

  private FeedSection() {}

  static int bytes(FeedNotes notes) {
    return FIXED_BYTES
        + notes.gaps().stream().mapToInt(gap -> GAP_BYTES + reason(gap).length).sum();
  }

  private static byte[] reason(Gap gap) {
    return gap.reason().getBytes(StandardCharsets.UTF_8);
  }

  static void write(ByteBuffer to, FeedNotes notes) {
    to.putLong(notes.caughtUpAt().map(Instant::toEpochMilli).orElse(NO_TIME));
    to.putInt(notes.topicPartitions().orElse(NO_PARTITIONS)).putInt(notes.gaps().size());
    for (Gap gap : notes.gaps()) {
      byte[] reason = reason(gap);
      to.putLong(gap.fromOffset()).putLong(gap.nextOffset());
      to.putLong(gap.acceptedAt().toEpochMilli());
      to.put((byte) reason.length).put(reason);
    }
  }

  static FeedNotes read(ByteBuffer from) {
    long caughtUpAt = from.getLong();
    int partitions = from.getInt();
    List<Gap> gaps = new ArrayList<>();
    for (int left = from.getInt(); left > 0; left--) {
      long fromOffset = from.getLong();
      long nextOffset = from.getLong();
      Instant acceptedAt = Instant.ofEpochMilli(from.getLong());
      byte[] reason = new byte[Byte.toUnsignedInt(from.get())];
      from.get(reason);
      gaps.add(
          new Gap(fromOffset, nextOffset, acceptedAt, new String(reason, StandardCharsets.UTF_8)));
    }
    return new FeedNotes(
        caughtUpAt == NO_TIME ? Optional.empty() : Optional.of(Instant.ofEpochMilli(caughtUpAt)),
        partitions == NO_PARTITIONS ? OptionalInt.empty() : OptionalInt.of(partitions),
        gaps);
  }
}
