package io.weir.bench.feed;

import io.weir.bench.peer.Peer;
import io.weir.bench.peer.Row;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A bare consumer that puts what it reads into another store: what one would write by hand. */
public final class PeerReader {
  private static final ValueLayout.OfFloat FLOAT32 =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final byte[] NO_PAYLOAD = new byte[0];

  private final Peer.Writer writer;
  private final ByteBuffer value;
  private final float[] vector;

  private PeerReader(Peer.Writer writer, int dimension) {
    this.writer = writer;
    this.value = ByteBuffer.allocateDirect(dimension * Float.BYTES);
    this.vector = new float[dimension];
  }

  /**
   * Returns how many seconds it takes to read so many records and to make them durable.
   *
   * @param consumer the consumer's properties
   * @param bufferBytes about so much the store may hold in memory
   */
  public static double seconds(
      Peer peer,
      Map<String, Object> consumer,
      String topic,
      long records,
      int dimension,
      long bufferBytes,
      Path directory)
      throws Exception {
    try (Peer.Writer writer = peer.create(directory, bufferBytes)) {
      PeerReader reader = new PeerReader(writer, dimension);
      long started = System.nanoTime();
      TopicReader.read(consumer, topic, records, reader::put);
      writer.flush();
      return (System.nanoTime() - started) / 1e9;
    }
  }

  /** The store copies what it keeps. */
  private void put(ConsumerRecord<byte[], byte[]> from) throws Exception {
    MemorySegment.copy(MemorySegment.ofArray(from.value()), FLOAT32, 0, vector, 0, vector.length);
    writer.put(new Row(from.key(), vector, NO_PAYLOAD, value.clear().put(from.value())));
  }
}
