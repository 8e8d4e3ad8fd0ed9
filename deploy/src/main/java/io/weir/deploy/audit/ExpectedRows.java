package io.weir.deploy.audit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What the topic says of each key of each partition: the last record wins.
 *
 * <p>Memory: a key takes its bytes and 2, 45 bytes of columns, and 4 to 8 in the index; arrays grow
 * by half, so that about 70 bytes beside the key itself are a good guess, vectors not counted since
 * only hashes are kept.
 *
 * <p><b>Threads:</b> one while it is filled; then any may read.
 */
final class ExpectedRows {

  static final int NONE = -1;

  private static final int BLOCK_BITS = 20;
  private static final int BLOCK_BYTES = 1 << BLOCK_BITS;
  private static final int LENGTH_BYTES = 2;
  private static final int FIRST_ENTRIES = 1 << 10;
  private static final int MAX_ENTRIES = 1 << 30;
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  private final List<byte[]> blocks = new ArrayList<>();
  private int blockUsed = BLOCK_BYTES;

  private int size;
  private int[] index = new int[2 * FIRST_ENTRIES];
  private long[] keyAt = new long[FIRST_ENTRIES];
  private long[] offset = new long[FIRST_ENTRIES];
  private long[] timestamp = new long[FIRST_ENTRIES];
  private long[] vectorHash = new long[FIRST_ENTRIES];
  private long[] payloadHash = new long[FIRST_ENTRIES];
  private int[] partition = new int[FIRST_ENTRIES];
  private boolean[] live = new boolean[FIRST_ENTRIES];

  /** Keys, deleted ones included; entries are numbered from 0. */
  int size() {
    return size;
  }

  void put(
      int inPartition,
      byte[] key,
      long atOffset,
      long timestampMillis,
      long hashOfVector,
      long hashOfPayload) {
    int entry = findOrAdd(inPartition, key);
    offset[entry] = atOffset;
    timestamp[entry] = timestampMillis;
    vectorHash[entry] = hashOfVector;
    payloadHash[entry] = hashOfPayload;
    live[entry] = true;
  }

  void delete(int inPartition, byte[] key, long atOffset) {
    int entry = findOrAdd(inPartition, key);
    offset[entry] = atOffset;
    live[entry] = false;
  }

  /** Returns the entry, or {@link #NONE}. */
  int find(int inPartition, byte[] key) {
    int slot = slot(inPartition, key);
    while (index[slot] != 0) {
      int entry = index[slot] - 1;
      if (partition[entry] == inPartition && hasKey(entry, key)) {
        return entry;
      }
      slot = (slot + 1) & (index.length - 1);
    }
    return NONE;
  }

  private int findOrAdd(int inPartition, byte[] key) {
    int found = find(inPartition, key);
    if (found != NONE) {
      return found;
    }
    if (size == keyAt.length) {
      grow();
    }
    if (2L * (size + 1) > index.length) {
      growIndex();
    }
    int entry = size++;
    keyAt[entry] = store(key);
    partition[entry] = inPartition;
    link(entry, key);
    return entry;
  }

  private void link(int entry, byte[] key) {
    int slot = slot(partition[entry], key);
    while (index[slot] != 0) {
      slot = (slot + 1) & (index.length - 1);
    }
    index[slot] = entry + 1;
  }

  private void grow() {
    if (size >= MAX_ENTRIES) {
      throw new IllegalStateException("more than " + MAX_ENTRIES + " keys; use --partitions");
    }
    int entries = Math.min(MAX_ENTRIES, size + size / 2);
    keyAt = Arrays.copyOf(keyAt, entries);
    offset = Arrays.copyOf(offset, entries);
    timestamp = Arrays.copyOf(timestamp, entries);
    vectorHash = Arrays.copyOf(vectorHash, entries);
    payloadHash = Arrays.copyOf(payloadHash, entries);
    partition = Arrays.copyOf(partition, entries);
    live = Arrays.copyOf(live, entries);
  }

  private void growIndex() {
    index = new int[Math.multiplyExact(index.length, 2)];
    for (int entry = 0; entry < size; entry++) {
      link(entry, key(entry));
    }
  }

  private int slot(int inPartition, byte[] key) {
    long hash = inPartition;
    for (byte one : key) {
      hash = (hash ^ one) * GOLDEN_GAMMA;
      hash ^= hash >>> 32;
    }
    return (int) hash & (index.length - 1);
  }

  private long store(byte[] key) {
    if (blockUsed + LENGTH_BYTES + key.length > BLOCK_BYTES) {
      blocks.add(new byte[BLOCK_BYTES]);
      blockUsed = 0;
    }
    byte[] block = blocks.getLast();
    long at = ((long) (blocks.size() - 1) << BLOCK_BITS) | blockUsed;
    block[blockUsed] = (byte) (key.length >>> Byte.SIZE);
    block[blockUsed + 1] = (byte) key.length;
    System.arraycopy(key, 0, block, blockUsed + LENGTH_BYTES, key.length);
    blockUsed += LENGTH_BYTES + key.length;
    return at;
  }

  private boolean hasKey(int entry, byte[] key) {
    byte[] block = blocks.get((int) (keyAt[entry] >>> BLOCK_BITS));
    int at = (int) keyAt[entry] & (BLOCK_BYTES - 1);
    int from = at + LENGTH_BYTES;
    return length(block, at) == key.length
        && Arrays.equals(block, from, from + key.length, key, 0, key.length);
  }

  private static int length(byte[] block, int at) {
    return Byte.toUnsignedInt(block[at]) << Byte.SIZE | Byte.toUnsignedInt(block[at + 1]);
  }

  /** The key in UTF-8, a copy. */
  byte[] key(int entry) {
    byte[] block = blocks.get((int) (keyAt[entry] >>> BLOCK_BITS));
    int at = (int) keyAt[entry] & (BLOCK_BYTES - 1);
    int from = at + LENGTH_BYTES;
    return Arrays.copyOfRange(block, from, from + length(block, at));
  }

  int partition(int entry) {
    return partition[entry];
  }

  /** Of the last record. */
  long offset(int entry) {
    return offset[entry];
  }

  long timestampMillis(int entry) {
    return timestamp[entry];
  }

  long vectorHash(int entry) {
    return vectorHash[entry];
  }

  long payloadHash(int entry) {
    return payloadHash[entry];
  }

  /** Whether the last record is an upsert. */
  boolean isLive(int entry) {
    return live[entry];
  }

  /** Rows of a partition. */
  long liveRows(int ofPartition) {
    long rows = 0;
    for (int entry = 0; entry < size; entry++) {
      if (live[entry] && partition[entry] == ofPartition) {
        rows++;
      }
    }
    return rows;
  }
}
