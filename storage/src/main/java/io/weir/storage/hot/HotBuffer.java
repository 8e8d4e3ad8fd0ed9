package io.weir.storage.hot;

import io.weir.storage.field.DeclaredFields;
import io.weir.storage.hot.AppendResult.Appended;
import io.weir.storage.hot.AppendResult.Full;
import io.weir.storage.hot.AppendResult.Refused;
import io.weir.storage.memory.LazyArena;
import io.weir.storage.memory.MemoryBudget;
import io.weir.storage.memory.RefCounted;
import io.weir.storage.record.KeyHash;
import io.weir.storage.record.Metric;
import io.weir.storage.record.RowLayout;
import io.weir.storage.record.SourcePosition;
import io.weir.storage.record.VectorRecord;
import io.weir.storage.record.VectorSchema;
import io.weir.storage.vector.VectorKernel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The newest records of one shard, off-heap, searchable as soon as they are appended.
 *
 * <p>Records are only ever added. An upsert or a delete marks the entry of the same key before it
 * as replaced, so a reader that has noted how many entries there were can see exactly those and no
 * more: an entry is live in a snapshot if it is an upsert and what replaced it, if anything, came
 * later than the snapshot.
 *
 * <p><b>Invariants:</b> entries are in offset order; {@code position > offset} of every entry;
 * bytes allocated are reserved in the budget, all of them, until {@link #free}.
 *
 * <p><b>Threads:</b> one writer at a time appends and advances (the shard's lock sees to it); any
 * number of readers take snapshots and hold a reference while they use them. <b>Ownership:</b> owns
 * its slabs.
 */
public final class HotBuffer extends RefCounted {
  private static final long FIRST_VECTOR_SLAB_BYTES = 64 << 10;
  private static final long FIRST_BYTES_SLAB_BYTES = 4 << 10;

  /** At 4 MiB, the unused ends of the last slabs alone would cost 40 bytes a vector. */
  private static final long LARGEST_SLAB_BYTES = 1 << 20;

  /** A slab never takes more than this part of the budget, so that shards can share a small one. */
  private static final int SLABS_IN_BUDGET = 64;

  private final VectorSchema schema;

  /** From the end of a vector to the beginning of the next; written as they are to files. */
  private final int paddingBytes;

  private final KeyHash keyHash;
  private final MemoryBudget budget;
  private final Arena arena;
  private final long maxSlabBytes;
  private final Slabs vectors;
  private final Slabs vectorEntries;
  private final EntryTable entries;
  private final ByteLog bytes;
  private final KeyTable keys;

  /** Values of fields; null without fields, which then cost nothing. Set before there are rows. */
  private volatile @Nullable FieldTable fields;

  /** Bytes of tables of fields that were replaced before they held a row. */
  private long replacedFieldBytes;

  /** Bytes of all payloads, those of replaced entries included. */
  private long payloadBytes;

  /** Entries that readers may see; written last. */
  private volatile int count;

  private volatile Optional<SourcePosition> position;

  /** What a checkpoint has taken over; 0 while records are appended. */
  private volatile long frozenBytes;

  /**
   * An empty buffer, without a byte of memory.
   *
   * @param declared the fields whose values are kept beside the rows
   * @param position where its records go on
   */
  @SuppressWarnings("MustBeClosedChecker") // free() closes it
  public HotBuffer(
      VectorSchema schema,
      DeclaredFields declared,
      KeyHash keyHash,
      MemoryBudget budget,
      Optional<SourcePosition> position) {
    this.schema = schema;
    this.paddingBytes = RowLayout.strideBytes(schema.dimension()) - schema.vectorBytes();
    this.keyHash = keyHash;
    this.budget = budget;
    this.position = position;
    this.arena = new LazyArena();
    this.maxSlabBytes =
        Math.clamp(
            budget.limitBytes() / SLABS_IN_BUDGET, FIRST_VECTOR_SLAB_BYTES, LARGEST_SLAB_BYTES);
    this.vectors =
        new Slabs(
            arena,
            budget,
            RowLayout.strideBytes(schema.dimension()),
            FIRST_VECTOR_SLAB_BYTES,
            maxSlabBytes);
    this.vectorEntries =
        new Slabs(arena, budget, Integer.BYTES, FIRST_BYTES_SLAB_BYTES, maxSlabBytes);
    this.entries = new EntryTable(arena, budget, maxSlabBytes);
    this.bytes = new ByteLog(arena, budget, FIRST_BYTES_SLAB_BYTES, maxSlabBytes);
    this.keys = new KeyTable(arena, budget);
    this.fields = table(declared);
  }

  private @Nullable FieldTable table(DeclaredFields declared) {
    return declared.fields().isEmpty()
        ? null
        : new FieldTable(declared, arena, budget, maxSlabBytes);
  }

  /**
   * Puts fields in place of those that it has; by the writer. Nothing happens once there is a
   * record: the rows of a buffer have the values of the same fields.
   */
  public void declare(DeclaredFields declared) {
    if (count == 0) {
      FieldTable before = fields;
      replacedFieldBytes += before == null ? 0 : before.allocatedBytes();
      fields = table(declared);
    }
  }

  /**
   * Appends a record and makes it visible.
   *
   * @return never {@link AppendResult.AlreadyApplied}; offsets are the caller's to check
   */
  public AppendResult append(VectorRecord record, int leaderEpoch) {
    Optional<Refused> refused = AppendRules.refusal(schema, record);
    if (refused.isPresent()) {
      return refused.get();
    }
    if (!ensureRoom(record)) {
      // Taken before the second try, so that room freed in between is not missed.
      CompletionStage<?> roomFreed = budget.nextRelease();
      if (!ensureRoom(record)) {
        return full(roomFreed);
      }
    }
    return switch (record) {
      case VectorRecord.Upsert upsert -> appendUpsert(upsert, leaderEpoch);
      case VectorRecord.Delete delete -> {
        add(delete, MemorySegment.NULL, entries.vectorEnd(count - 1), 0f, leaderEpoch);
        yield new Appended();
      }
    };
  }

  private Full full(CompletionStage<?> roomFreed) {
    return new Full(budget.usedBytes(), budget.limitBytes(), roomFreed);
  }

  private boolean ensureRoom(VectorRecord record) {
    int entry = Math.addExact(count, 1) - 1;
    if (!entries.ensure(entry) || !keys.ensure()) {
      return false;
    }
    return switch (record) {
      case VectorRecord.Upsert upsert -> {
        int vector = entries.vectorEnd(count - 1);
        yield vectors.ensure(vector)
            && vectorEntries.ensure(vector)
            && bytes.ensure(upsert.key().byteSize() + upsert.payload().byteSize());
      }
      case VectorRecord.Delete delete -> bytes.ensure(delete.key().byteSize());
    };
  }

  private AppendResult appendUpsert(VectorRecord.Upsert upsert, int leaderEpoch) {
    int vector = entries.vectorEnd(count - 1);
    MemorySegment slab = vectors.segment(vector);
    long at = vectors.position(vector);
    MemorySegment.copy(upsert.vector(), 0, slab, at, schema.vectorBytes());
    slab.asSlice(at + schema.vectorBytes(), paddingBytes).fill((byte) 0);
    float squaredNorm = VectorKernel.BEST.squaredNorm(slab, at, schema.dimension());
    if (Float.isNaN(squaredNorm)) {
      return AppendRules.notFinite(slab, at, schema.dimension());
    }
    float norm = 0f;
    if (schema.metric() == Metric.COSINE) {
      norm = Norms.norm(squaredNorm, slab, at, schema.dimension());
      if (norm == 0f) {
        return AppendRules.zeroVector();
      }
    }
    FieldTable table = fields;
    if (table != null) {
      table.read(upsert.payload());
      if (!table.ensure(vector)) {
        CompletionStage<?> roomFreed = budget.nextRelease();
        if (!table.ensure(vector)) {
          return full(roomFreed);
        }
      }
      table.put(vector);
    }
    vectorEntries.segment(vector).set(ValueLayout.JAVA_INT, vectorEntries.position(vector), count);
    vectors.fill();
    vectorEntries.fill();
    add(upsert, upsert.payload(), vector + 1, norm, leaderEpoch);
    return new Appended();
  }

  private void add(
      VectorRecord record, MemorySegment payload, int vectorEnd, float norm, int leaderEpoch) {
    int entry = count;
    MemorySegment key = record.key();
    long hash = keyHash.of(key);
    int previous = keys.find(hash, candidate -> hasKey(candidate, key));
    entries.put(
        entry,
        record.offset(),
        record.timestampMillis(),
        bytes.append(key, payload),
        (int) key.byteSize(),
        (int) payload.byteSize(),
        vectorEnd,
        previous,
        norm);
    if (previous != EntryTable.NONE) {
      entries.replace(previous, entry);
    }
    keys.put(hash, entry, candidate -> candidate == previous);
    payloadBytes += payload.byteSize();
    // Readers take the position first and the count second: what the position promises is counted.
    count = entry + 1;
    position = Optional.of(new SourcePosition(record.offset() + 1, leaderEpoch));
  }

  boolean hasKey(int entry, MemorySegment key) {
    int length = entries.keyBytes(entry);
    return length == key.byteSize() && bytes.read(entries.bytes(entry), length).mismatch(key) == -1;
  }

  /** Moves the position past offsets that brought no entry; never back. */
  public void advance(SourcePosition to) {
    if (position.isEmpty() || position.get().nextOffset() < to.nextOffset()) {
      position = Optional.of(to);
    }
  }

  /** Everything below is in this buffer or was dealt with before it. */
  public Optional<SourcePosition> position() {
    return position;
  }

  /** Says that nothing more is appended and that a checkpoint has the rest; by the writer, once. */
  public void freeze() {
    frozenBytes = allocatedBytes();
    budget.markLeaving(frozenBytes);
  }

  /**
   * Returns what can be seen now: the entries below the position, and no other. Valid while the
   * caller holds a reference.
   */
  public HotSnapshot snapshot() {
    Optional<SourcePosition> seen = position;
    int visible = count;
    long nextOffset = seen.map(SourcePosition::nextOffset).orElse(0L);
    // What was appended between the two reads belongs to a later position.
    while (visible > 0 && entries.offset(visible - 1) >= nextOffset) {
      visible--;
    }
    return new HotSnapshot(this, seen, visible);
  }

  /** Entries, replaced ones and deletes included. */
  public int count() {
    return count;
  }

  /** Bytes of all slabs. */
  public long allocatedBytes() {
    return vectors.allocatedBytes()
        + vectorEntries.allocatedBytes()
        + entries.allocatedBytes()
        + bytes.allocatedBytes()
        + keys.allocatedBytes()
        + fieldBytes();
  }

  private long fieldBytes() {
    FieldTable table = fields;
    return replacedFieldBytes + (table == null ? 0 : table.allocatedBytes());
  }

  /**
   * What its memory holds, at least that of the entries that can be seen now.
   *
   * @param allocatedBytes bytes of all slabs
   * @param usedBytes bytes of slabs that hold something: rows that were put, strings that were
   *     appended, the key table that is searched. The rest is room that nothing has been put in
   *     yet, ends of slabs that the next record did not fit in, outgrown key tables
   * @param payloadBytes bytes of payloads
   * @param indexBytes bytes of key tables, outgrown ones included
   * @param fieldBytes bytes of tables of fields
   */
  public record Figures(
      long allocatedBytes, long usedBytes, long payloadBytes, long indexBytes, long fieldBytes) {}

  /** Takes the figures. */
  public Figures figures() {
    // The writer adds to the figures first and to the count last: reading it sees what was added.
    int seen = count;
    FieldTable table = fields;
    return new Figures(
        allocatedBytes(),
        seen == 0
            ? 0
            : vectors.usedBytes()
                + vectorEntries.usedBytes()
                + entries.usedBytes()
                + bytes.usedBytes()
                + keys.usedBytes()
                + (table == null ? 0 : table.usedBytes()),
        payloadBytes,
        keys.allocatedBytes(),
        fieldBytes());
  }

  VectorSchema schema() {
    return schema;
  }

  Slabs vectors() {
    return vectors;
  }

  Slabs vectorEntries() {
    return vectorEntries;
  }

  EntryTable entries() {
    return entries;
  }

  ByteLog bytes() {
    return bytes;
  }

  KeyTable keys() {
    return keys;
  }

  @Nullable FieldTable fields() {
    return fields;
  }

  @Override
  protected void free() {
    long allocated = allocatedBytes();
    arena.close();
    if (frozenBytes > 0) {
      budget.releaseLeaving(frozenBytes);
    } else {
      budget.release(allocated);
    }
  }
}
