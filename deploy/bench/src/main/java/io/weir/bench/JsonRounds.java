package io.weir.bench;

import io.weir.bench.os.Folders;
import io.weir.bench.report.Figures;
import io.weir.ingest.decode.DecodeResult;
import io.weir.ingest.decode.RecordDecoder;
import io.weir.ingest.poll.RawRecord;
import io.weir.storage.Shard;
import io.weir.storage.hot.AppendResult;
import io.weir.storage.record.SourcePosition;
import io.weir.storage.record.VectorRecord;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * JSON records decoded and appended, by Weir and by way of a tree of Jackson's. Numbers are the
 * shortest decimals that read back as the same float32, at most nine digits.
 */
final class JsonRounds {
  private static final int DIFFERENT = 1_024;
  private static final JsonMapper JACKSON = JsonMapper.builder().build();

  private JsonRounds() {}

  /** Makes a record of the raw one, whose bytes it may share. */
  @FunctionalInterface
  private interface Decoder {
    VectorRecord decode(RawRecord raw);
  }

  /** Adds {@code json_over_tree} and what it is made of. */
  static void run(Bench.Setting setting, int records, int repetitions, int warmUp, Figures figures)
      throws Exception {
    List<byte[]> texts = texts(new Rows(9));
    Rounds rounds = new Rounds(warmUp);
    setting.progress().begin("decode " + records + " JSON records", repetitions);
    for (int repetition = 0; repetition < repetitions; repetition++) {
      Path directory = setting.directory().resolve("json-" + repetition);
      RecordDecoder weir = RecordDecoder.json(OneShard.COLLECTION);
      rounds.begin();
      rounds.add(
          "json",
          records / seconds(directory.resolve("weir"), texts, records, raw -> decoded(weir, raw)));
      rounds.add(
          "json_tree",
          records / seconds(directory.resolve("tree"), texts, records, JsonRounds::byTree));
      Folders.delete(directory);
      setting.progress().reach(repetition + 1);
    }
    rounds.figures("_records_per_s").cases().forEach(figures::addCase);
    figures.add("json_over_tree", rounds.medianRatio("json", "json_tree"), ">= 3");
    figures.add("json_records_per_s", rounds.median("json"));
    figures.add("json_tree_records_per_s", rounds.median("json_tree"));
    figures.addChart(rounds.chart("JSON decoded and appended", "thousand records a second", 1e-3));
  }

  private static List<byte[]> texts(Rows rows) {
    List<byte[]> texts = new ArrayList<>();
    for (int number = 0; number < DIFFERENT; number++) {
      StringBuilder text = new StringBuilder("{\"vector\":[");
      for (float component : rows.vector(number)) {
        text.append(text.charAt(text.length() - 1) == '[' ? "" : ",").append(component);
      }
      text.append("],\"payload\":").append(rows.payloadText(number)).append('}');
      texts.add(text.toString().getBytes(StandardCharsets.UTF_8));
    }
    return texts;
  }

  private static double seconds(Path directory, List<byte[]> texts, int records, Decoder decoder)
      throws Exception {
    try (OneShard one = OneShard.open(directory, OneShard.NO_CHECKPOINTS)) {
      Shard shard = one.shard();
      long started = System.nanoTime();
      for (int number = 0; number < records; number++) {
        RawRecord raw =
            new RawRecord(
                number,
                number,
                SourcePosition.UNKNOWN_EPOCH,
                Rows.keyBytes(number),
                texts.get(number % DIFFERENT),
                List.of());
        AppendResult result = shard.append(decoder.decode(raw), SourcePosition.UNKNOWN_EPOCH);
        if (!(result instanceof AppendResult.Appended)) {
          throw new IllegalStateException("not appended: " + result);
        }
      }
      return (System.nanoTime() - started) / 1e9;
    }
  }

  private static VectorRecord decoded(RecordDecoder weir, RawRecord raw) {
    if (weir.decode(raw) instanceof DecodeResult.Decoded(VectorRecord decoded)) {
      return decoded;
    }
    throw new IllegalStateException("Weir did not decode " + raw);
  }

  /** What one writes who has a parser of trees at hand. */
  private static VectorRecord byTree(RawRecord raw) {
    JsonNode tree = JACKSON.readTree(Objects.requireNonNull(raw.value()));
    JsonNode numbers = tree.get("vector");
    float[] vector = new float[numbers.size()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = numbers.get(i).floatValue();
    }
    byte[] payload = JACKSON.writeValueAsBytes(tree.get("payload"));
    return new VectorRecord.Upsert(
        raw.offset(),
        raw.timestampMillis(),
        MemorySegment.ofArray(Objects.requireNonNull(raw.key())),
        MemorySegment.ofArray(vector),
        MemorySegment.ofArray(payload));
  }
}
