package io.weir.deploy.check;

import io.weir.storage.check.Finding;
import io.weir.storage.check.Note;
import io.weir.storage.check.StoreReport;
import io.weir.storage.check.StoreReport.ChunkReport;
import io.weir.storage.check.StoreReport.CollectionReport;
import io.weir.storage.check.StoreReport.DeadFileReport;
import io.weir.storage.check.StoreReport.Parts;
import io.weir.storage.check.StoreReport.SegmentReport;
import io.weir.storage.check.StoreReport.ShardReport;
import io.weir.storage.check.VerifyReport;
import io.weir.storage.record.FeedNotes;
import io.weir.storage.record.Gap;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What was found, as JSON. All lengths are bytes, all times milliseconds since the epoch. */
final class ReportJson {
  private static final JsonMapper JSON = JsonMapper.shared();

  private ReportJson() {}

  private static String text(ObjectNode node) {
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(node);
  }

  static String of(VerifyReport report) {
    ObjectNode json = JSON.createObjectNode();
    json.put("whole", report.whole());
    json.put("collections", report.collections());
    json.put("shards", report.shards());
    json.put("segments", report.segments());
    json.put("chunks", report.chunks());
    json.put("rows", report.rows());
    report.liveRows().ifPresent(rows -> json.put("liveRows", rows));
    json.put("obsoleteMarks", report.obsoleteMarks());
    json.put("bytesRead", report.bytesRead());
    json.put("findingCount", report.findingCount());
    findings(json.putArray("findings"), report.findings());
    ArrayNode notes = json.putArray("notes");
    for (Note note : report.notes()) {
      notes.addObject().put("file", note.file().toString()).put("text", note.text());
    }
    return text(json);
  }

  private static void findings(ArrayNode array, List<Finding> findings) {
    for (Finding finding : findings) {
      array
          .addObject()
          .put("file", finding.file().toString())
          .put("from", finding.from())
          .put("to", finding.to())
          .put("part", finding.part())
          .put("expected", finding.expected())
          .put("actual", finding.actual());
    }
  }

  static String of(StoreReport report) {
    ObjectNode json = JSON.createObjectNode();
    json.put("directory", report.directory().toString());
    report.store().ifPresent(store -> json.put("store", store.toString()));
    json.put("inUse", report.inUse());
    json.put("bytes", report.bytes());
    json.put("userBytes", report.userBytes());
    json.put("overheadRatio", report.overheadRatio());
    ArrayNode collections = json.putArray("collections");
    for (CollectionReport collection : report.collections()) {
      ObjectNode node = collections.addObject();
      node.put("name", collection.name());
      node.put("dimension", collection.dimension());
      node.put("metric", collection.metric().name().toLowerCase(Locale.ROOT));
      node.put("bytes", collection.bytes());
      node.put("userBytes", collection.userBytes());
      ArrayNode shards = node.putArray("shards");
      collection.shards().forEach(shard -> shard(shards.addObject(), shard));
    }
    paths(json.putArray("unknown"), report.unknown());
    findings(json.putArray("damage"), report.damage());
    return text(json);
  }

  private static void shard(ObjectNode json, ShardReport shard) {
    json.put("partition", shard.partition());
    json.put("generation", shard.generation());
    shard.nextOffset().ifPresent(offset -> json.put("nextOffset", offset));
    json.put("leaderEpoch", shard.leaderEpoch());
    shard.topicId().ifPresent(topic -> json.put("topicId", topic.toString()));
    shard.historyFloor().ifPresent(floor -> json.put("historyFloor", floor));
    feedNotes(json, shard.feedNotes());
    json.put("bytes", shard.bytes());
    json.put("userBytes", shard.userBytes());
    json.put("rows", shard.rows());
    json.put("deadRows", shard.deadRows());
    json.put("obsoleteMarks", shard.obsoleteMarks());
    json.put("manifestBytes", shard.manifestBytes());
    ArrayNode segments = json.putArray("segments");
    shard.segments().forEach(segment -> segment(segments.addObject(), segment));
    ArrayNode dead = json.putArray("deadFiles");
    for (DeadFileReport file : shard.deadFiles()) {
      dead.addObject()
          .put("file", file.file().toString())
          .put("bytes", file.bytes())
          .put("marks", file.marks());
    }
    paths(json.putArray("leftOvers"), shard.leftOvers());
  }

  private static void feedNotes(ObjectNode json, FeedNotes notes) {
    notes.caughtUpAt().ifPresent(at -> json.put("caughtUpAt", at.toEpochMilli()));
    notes.topicPartitions().ifPresent(count -> json.put("topicPartitions", count));
    ArrayNode gaps = json.putArray("gaps");
    for (Gap gap : notes.gaps()) {
      gaps.addObject()
          .put("fromOffset", gap.fromOffset())
          .put("nextOffset", gap.nextOffset())
          .put("acceptedAt", gap.acceptedAt().toEpochMilli())
          .put("reason", gap.reason());
    }
  }

  private static void segment(ObjectNode json, SegmentReport segment) {
    json.put("file", segment.file().toString());
    json.put("bytes", segment.bytes());
    json.put("bytesBehind", segment.bytesBehind());
    json.put("userBytes", segment.userBytes());
    json.put("rows", segment.rows());
    json.put("deadRows", segment.deadRows());
    json.put("merged", segment.merged());
    json.put("tail", segment.tail());
    ArrayNode chunks = json.putArray("chunks");
    segment.chunks().forEach(chunk -> chunk(chunks.addObject(), chunk));
  }

  private static void chunk(ObjectNode json, ChunkReport chunk) {
    json.put("number", chunk.number());
    json.put("position", chunk.position());
    json.put("bytes", chunk.bytes());
    json.put("generation", chunk.generation());
    json.put("rows", chunk.rows());
    json.put("deadRows", chunk.deadRows());
    json.put("firstOffset", chunk.firstOffset());
    json.put("lastOffset", chunk.lastOffset());
    json.put("firstTimestamp", chunk.firstTimestamp());
    Parts parts = chunk.parts();
    json.putObject("parts")
        .put("vectors", parts.vectors())
        .put("keys", parts.keys())
        .put("payloads", parts.payloads())
        .put("table", parts.table())
        .put("index", parts.index())
        .put("fields", parts.fields())
        .put("checks", parts.checks())
        .put("padding", parts.padding());
  }

  private static void paths(ArrayNode array, List<Path> paths) {
    paths.forEach(path -> array.add(path.toString()));
  }
}
