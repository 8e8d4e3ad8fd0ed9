package io.weir.storage.check;

import io.weir.storage.check.ShardManifest.SegmentEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A segment file whose headers and footers have been read and checked.
 *
 * @param file the file, open
 * @param entry what the manifest says of it
 * @param merged whether a compaction wrote it
 * @param chunks its chunks up to the first header that is damaged
 */
record SegmentInput(InputFile file, SegmentEntry entry, boolean merged, List<ChunkHead> chunks) {
  private static final long MAGIC = 0x0147_4553_5249_4557L;
  private static final int HEADER_BYTES = 128;
  private static final int CHECKSUM_AT = 124;
  private static final int MERGED = 1;
  private static final int KILLS = 1;
  private static final int COLUMNS = 2;

  /** Reads the file header and every chunk's header and footer, from front to back. */
  static SegmentInput read(
      InputFile file, SegmentEntry entry, ShardManifest manifest, Findings findings) {
    Part part = new Part(findings, file.path(), 0, "");
    List<ChunkHead> chunks = new ArrayList<>();
    int features = 0;
    int compatible = 0;
    try {
      long size = file.size();
      part.require(
          size >= entry.bytes(),
          "length",
          Math.min(size, entry.bytes()),
          entry.bytes() - size,
          entry.bytes() + " bytes or more, as " + manifest.file().getFileName() + " says",
          size);
      ByteBuffer header = file.read(0, HEADER_BYTES);
      compatible = header.getInt(12);
      features = header.getInt(16);
      checkHeader(header, part.at(0, "file header"), entry, manifest);
      walk(file, part, entry, manifest, features, chunks);
    } catch (IOException e) {
      long at = chunks.isEmpty() ? 0 : chunks.getLast().end();
      part.unreadable(at, Math.max(entry.bytes() - at, 0), e);
    }
    return new SegmentInput(file, entry, (compatible & MERGED) != 0, List.copyOf(chunks));
  }

  private static void checkHeader(
      ByteBuffer header, Part part, SegmentEntry entry, ShardManifest manifest) {
    boolean whole =
        part.require(header.getLong(0) == MAGIC, "magic", 0, 8, "WEIRSEG", "other bytes")
            && part.sameHex(
                "checksum",
                CHECKSUM_AT,
                header.getInt(CHECKSUM_AT),
                InputFile.checksum(header, CHECKSUM_AT))
            && part.same("version", 8, 2, 1, header.getShort(8));
    if (!whole) {
      return;
    }
    part.sameHex("feature bits", 16, 0, header.getInt(16) & ~(KILLS | COLUMNS));
    part.same("dimension", 20, 4, manifest.dimension(), header.getInt(20));
    UUID store = new UUID(header.getLong(24), header.getLong(32));
    part.same("store", 24, 16, manifest.store(), store);
    part.same("segment", 40, 8, entry.number(), header.getLong(40));
    part.same("stride", 48, 4, manifest.stride(), header.getInt(48));
    part.same("element", 52, 1, 1, header.get(52));
    part.same("metric", 53, 1, manifest.metric(), header.get(53));
    part.zeros("reserved bytes", header, 54, 56);
    part.same("partition", 56, 4, manifest.partition(), header.getInt(56));
    part.zeros("reserved bytes", header, 60, CHECKSUM_AT);
  }

  private static void walk(
      InputFile file,
      Part part,
      SegmentEntry entry,
      ShardManifest manifest,
      int features,
      List<ChunkHead> chunks)
      throws IOException {
    long position = HEADER_BYTES;
    int rows = 0;
    int previous = 0;
    while (position < entry.bytes()) {
      Optional<ChunkHead> chunk =
          ChunkReader.read(
              file,
              part,
              new ChunkReader.Expected(
                  entry.number(),
                  chunks.size() + 1,
                  position,
                  entry.bytes(),
                  rows,
                  previous,
                  manifest.stride(),
                  manifest.metric() == 0,
                  (features & KILLS) != 0,
                  (features & COLUMNS) != 0,
                  manifest.generation()));
      if (chunk.isEmpty()) {
        part.findings()
            .note(
                file.path(),
                "not checked from byte "
                    + position
                    + " on: without this header, what follows cannot be found");
        return;
      }
      chunks.add(chunk.get());
      position = chunk.get().end();
      rows += chunk.get().rows();
      previous = chunk.get().footer();
    }
    Part end = part.at(entry.bytes(), "committed range");
    end.same("end", 0, 0, entry.bytes(), position);
    end.same("rows", 0, 0, entry.rows(), rows);
    end.same("chunks", 0, 0, entry.chunks(), chunks.size());
    end.sameHex("checksum of the last footer", -4, entry.lastFooter(), previous);
  }
}
