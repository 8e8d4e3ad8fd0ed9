package io.weir.api.export;

import io.weir.storage.query.StoredRow;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SortedMap;

/**
 * Keys and vectors as they lie in memory; integers and floats are little-endian.
 *
 * <pre>
 * head   8  "WEIRVEC1"
 *        4  dimension
 *        4  number of positions
 *           each: 4 partition, 8 next offset: what the export has seen
 * row    4  bytes of the key, not negative
 *        4  partition
 *        8  offset
 *           the key, UTF-8
 *           the vector: dimension float32
 * end    4  -1, where the next row's key length would be
 *        8  number of rows
 * </pre>
 */
final class FrameWriter implements RowWriter {

  private static final byte[] MAGIC = "WEIRVEC1".getBytes(StandardCharsets.US_ASCII);
  private static final int ROW_HEAD_BYTES = 2 * Integer.BYTES + Long.BYTES;
  private static final int POSITION_BYTES = Integer.BYTES + Long.BYTES;
  private static final int NO_MORE = -1;

  private final int dimension;
  private final SortedMap<Integer, Long> position;
  private long count;

  /**
   * Writes rows of a dimension.
   *
   * @param position next offset by partition
   */
  FrameWriter(int dimension, SortedMap<Integer, Long> position) {
    this.dimension = dimension;
    this.position = position;
  }

  @Override
  public byte[] head() {
    byte[] head = new byte[MAGIC.length + 2 * Integer.BYTES + position.size() * POSITION_BYTES];
    ByteBuffer to = littleEndian(head);
    to.put(MAGIC).putInt(dimension).putInt(position.size());
    position.forEach((partition, nextOffset) -> to.putInt(partition).putLong(nextOffset));
    return head;
  }

  @Override
  public byte[] rows(List<StoredRow> rows) {
    List<byte[]> keys =
        rows.stream().map(row -> row.key().getBytes(StandardCharsets.UTF_8)).toList();
    int keyBytes = keys.stream().mapToInt(key -> key.length).sum();
    byte[] frames = new byte[rows.size() * (ROW_HEAD_BYTES + dimension * Float.BYTES) + keyBytes];
    ByteBuffer to = littleEndian(frames);
    for (int i = 0; i < rows.size(); i++) {
      StoredRow row = rows.get(i);
      to.putInt(keys.get(i).length).putInt(row.partition()).putLong(row.offset());
      to.put(keys.get(i));
      to.asFloatBuffer().put(row.vector());
      to.position(to.position() + dimension * Float.BYTES);
    }
    count += rows.size();
    return frames;
  }

  @Override
  public byte[] end() {
    byte[] end = new byte[Integer.BYTES + Long.BYTES];
    littleEndian(end).putInt(NO_MORE).putLong(count);
    return end;
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
