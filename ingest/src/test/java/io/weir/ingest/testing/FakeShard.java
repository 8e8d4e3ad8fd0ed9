package io.weir.ingest.testing;

import io.weir.storage.Shard;
import io.weir.storage.ShardCondition;
import io.weir.storage.field.DeclaredFields;
import io.weir.storage.field.FieldSink;
import io.weir.storage.hot.AppendResult;
import io.weir.storage.record.FeedNotes;
import io.weir.storage.record.Gap;
import io.weir.storage.record.SourcePosition;
import io.weir.storage.record.VectorRecord;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * A shard that remembers the offsets that it took in, has as much room as it is told, and refuses
 * the keys that it is told to.
 */
public final class FakeShard implements Shard {
  private static final int ROW_BYTES = 100;

  private final List<Long> appended = new ArrayList<>();
  private final Map<String, String> refused = new HashMap<>();
  private OptionalInt room = OptionalInt.empty();
  private int fullResults;
  private CompletableFuture<String> roomFreed = new CompletableFuture<>();
  private Optional<SourcePosition> position = Optional.empty();
  private FeedNotes notes = FeedNotes.NONE;
  private Optional<RuntimeException> failure = Optional.empty();
  private DeclaredFields fields = DeclaredFields.NONE;

  /** Lets so many more records in, then none. */
  public synchronized void room(int records) {
    room = OptionalInt.of(records);
  }

  /** Frees room as a checkpoint would and tells whoever waits. */
  public void freeRoom(int records) {
    CompletableFuture<String> waiting;
    synchronized (this) {
      room = OptionalInt.of(records);
      waiting = roomFreed;
      roomFreed = new CompletableFuture<>();
    }
    waiting.complete("");
  }

  /** Refuses every upsert under a key. */
  public synchronized void refuse(String key, String reason) {
    refused.put(key, reason);
  }

  /** Reads these fields of each upsert that is not refused, also where there is no room then. */
  public synchronized void readFields(DeclaredFields declared) {
    fields = declared;
  }

  /** Throws this from the next append on. */
  public synchronized void fail(RuntimeException with) {
    failure = Optional.of(with);
  }

  /** Offsets in the order in which they were taken in. */
  public synchronized List<Long> appended() {
    return List.copyOf(appended);
  }

  /** How often a record was turned away for lack of room. */
  public synchronized int fullResults() {
    return fullResults;
  }

  @Override
  public int partition() {
    return 4;
  }

  @Override
  public void bind(UUID topicId) {}

  @Override
  public synchronized Optional<SourcePosition> appliedPosition() {
    return position;
  }

  @Override
  public Optional<SourcePosition> durablePosition() {
    return Optional.empty();
  }

  @Override
  public synchronized AppendResult append(VectorRecord record, int leaderEpoch) {
    if (failure.isPresent()) {
      throw failure.get();
    }
    if (position.isPresent() && record.offset() < position.get().nextOffset()) {
      return new AppendResult.AlreadyApplied(position.get().nextOffset());
    }
    String key = new String(record.key().toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    String reason = refused.get(key);
    if (reason != null) {
      return new AppendResult.Refused(reason, "key " + key);
    }
    if (record instanceof VectorRecord.Upsert upsert) {
      fields.reader().read(upsert.payload(), new IgnoredValues());
    }
    if (room.isPresent()) {
      if (room.getAsInt() == 0) {
        fullResults++;
        int bytes = appended.size() * ROW_BYTES;
        return new AppendResult.Full(bytes, bytes, roomFreed);
      }
      room = OptionalInt.of(room.getAsInt() - 1);
    }
    appended.add(record.offset());
    position = Optional.of(new SourcePosition(record.offset() + 1, leaderEpoch));
    return new AppendResult.Appended();
  }

  @Override
  public synchronized void advance(SourcePosition to) {
    if (position.isEmpty() || position.get().nextOffset() < to.nextOffset()) {
      position = Optional.of(to);
    }
  }

  @Override
  public synchronized void topicPartitions(int count) {
    notes = notes.withTopicPartitions(count);
  }

  @Override
  public synchronized void caughtUp(Instant at) {
    notes = notes.withCaughtUpAt(at);
  }

  @Override
  public synchronized void acceptGap(Gap gap) {
    if (position.isPresent() && position.get().nextOffset() != gap.fromOffset()) {
      throw new IllegalArgumentException(position + " is not before " + gap);
    }
    notes = notes.withGap(gap);
    advance(new SourcePosition(gap.nextOffset(), SourcePosition.UNKNOWN_EPOCH));
  }

  @Override
  public synchronized FeedNotes feedNotes() {
    return notes;
  }

  @Override
  public ShardCondition condition() {
    return ShardCondition.OK;
  }

  private static final class IgnoredValues implements FieldSink {
    @Override
    public void keyword(int field, byte[] bytes, int from, int to) {}

    @Override
    public void whole(int field, long value) {}

    @Override
    public void real(int field, double value) {}

    @Override
    public void flag(int field, boolean value) {}
  }
}
