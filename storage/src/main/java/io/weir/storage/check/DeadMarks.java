package io.weir.storage.check;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The dead marks of a shard, by row.
 *
 * <p>Memory: at most 70 bytes a mark. A store that is open holds 16.
 */
final class DeadMarks implements DeadFileReader.Sink {
  /** Stands for a row that no mark names. */
  static final long ALIVE = Long.MAX_VALUE;

  private final LongTable ordinals = new LongTable(0);
  private final List<Path> files = new ArrayList<>();
  private long[] kills = new long[16];
  private long[] places = new long[16];
  private int count;

  @Override
  public void mark(Part part, long segment, long row, long killingOffset) {
    if (count == kills.length) {
      kills = Arrays.copyOf(kills, 2 * count);
      places = Arrays.copyOf(places, 2 * count);
    }
    if (files.isEmpty() || !files.getLast().equals(part.file())) {
      files.add(part.file());
    }
    if (ordinals.get(keyOf(segment, row)) != LongTable.NONE) {
      part.found("row", 0, 8, "a row that no mark has named before", "another mark of it");
      return;
    }
    kills[count] = killingOffset;
    places[count] = part.start() << Short.SIZE | (files.size() - 1);
    ordinals.put(keyOf(segment, row), count++);
  }

  private static long keyOf(long segment, long row) {
    return segment << Integer.SIZE | row;
  }

  /** What killed a row, or {@link #ALIVE}. */
  long killOf(long segment, long row) {
    long ordinal = ordinals.get(keyOf(segment, row));
    return ordinal == LongTable.NONE ? ALIVE : kills[(int) ordinal];
  }

  /** The bytes of the mark that names a row. */
  Part partOf(Findings findings, long segment, long row) {
    long place = places[(int) ordinals.get(keyOf(segment, row))];
    return new Part(
        findings,
        files.get((int) (place & 0xffff)),
        place >>> Short.SIZE,
        "mark of row " + row + " of segment " + segment);
  }
}
