package io.weir.deploy.audit;

import io.weir.deploy.config.ConstantName;
import java.io.StringWriter;
import java.util.Comparator;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** A report for programs. */
final class AuditJson {

  private AuditJson() {}

  static String of(AuditReport report) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(ObjectWriteContext.empty(), text)) {
      json.writeStartObject();
      json.writeBooleanProperty("equal", report.equal());
      json.writeBooleanProperty("countProven", report.countProven());
      json.writeStringProperty("collection", report.collection());
      json.writeStringProperty("topic", report.topic());
      json.writeNumberProperty("records", report.records());
      json.writeNumberProperty("rejected", report.rejected());
      json.writeNumberProperty("expectedRows", report.expectedRows());
      json.writeNumberProperty("equalRows", report.equalRows());
      json.writeNumberProperty("deletedKeys", report.deletedKeys());
      json.writeNumberProperty("changedSince", report.changedSince());
      json.writeNumberProperty("hidden", report.hidden());
      json.writeNumberProperty("tookMillis", report.took().toMillis());
      json.writeArrayPropertyStart("partitions");
      report.partitions().forEach(count -> write(json, count));
      json.writeEndArray();
      json.writeObjectPropertyStart("totals");
      report.totals().entrySet().stream()
          .sorted(Comparator.comparing(Map.Entry::getKey))
          .forEach(
              total -> json.writeNumberProperty(ConstantName.of(total.getKey()), total.getValue()));
      json.writeEndObject();
      json.writeArrayPropertyStart("differences");
      report.differences().forEach(difference -> write(json, difference));
      json.writeEndArray();
      json.writeName("deadLetters");
      report.deadLetters().ifPresentOrElse(letters -> write(json, letters), json::writeNull);
      json.writeEndObject();
    }
    return text.toString();
  }

  private static void write(JsonGenerator json, PartitionCount count) {
    json.writeStartObject();
    json.writeNumberProperty("partition", count.partition());
    json.writeNumberProperty("beginning", count.beginning());
    json.writeNumberProperty("position", count.position());
    json.writeNumberProperty("expectedRows", count.expectedRows());
    json.writeName("storeRows");
    count.storeRows().ifPresentOrElse(json::writeNumber, json::writeNull);
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, Difference difference) {
    json.writeStartObject();
    json.writeStringProperty("kind", ConstantName.of(difference.kind()));
    json.writeStringProperty("key", difference.key());
    json.writeNumberProperty("partition", difference.partition());
    json.writeNumberProperty("offset", difference.offset());
    json.writeStringProperty("expected", difference.expected());
    json.writeStringProperty("actual", difference.actual());
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, DeadLetterCount letters) {
    json.writeStartObject();
    json.writeStringProperty("topic", letters.topic());
    json.writeNumberProperty("rejected", letters.rejected());
    json.writeNumberProperty("letters", letters.letters());
    json.writeNumberProperty("missing", letters.missing());
    json.writeNumberProperty("duplicates", letters.duplicates());
    json.writeNumberProperty("unmatched", letters.unmatched());
    json.writeArrayPropertyStart("firstMissing");
    letters.firstMissing().forEach(json::writeString);
    json.writeEndArray();
    json.writeEndObject();
  }
}
