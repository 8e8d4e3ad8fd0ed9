package io.weir.deploy.audit;

import io.weir.deploy.terminal.Figures;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A report for people. */
final class AuditText {

  private AuditText() {}

  static void print(AuditReport report, PrintWriter out) {
    report.differences().forEach(difference -> out.println(line(difference)));
    long told = report.differences().size();
    long all = report.totals().values().stream().mapToLong(Long::longValue).sum();
    if (all > told) {
      out.println("and " + Figures.count(all - told) + " more");
    }
    notes(report, out);
    out.println(verdict(report) + ": " + summary(report));
  }

  private static String line(Difference difference) {
    String place =
        difference.key().isEmpty()
            ? "partition " + difference.partition()
            : printable(difference.key())
                + ", partition "
                + difference.partition()
                + ", offset "
                + difference.offset();
    return difference.kind().words()
        + ": "
        + place
        + ": expected "
        + printable(difference.expected())
        + ", found "
        + printable(difference.actual());
  }

  private static void notes(AuditReport report, PrintWriter out) {
    if (report.changedSince() > 0) {
      out.println(
          "note: "
              + Figures.count(report.changedSince())
              + " keys got newer records meanwhile and were not compared");
    }
    if (report.hidden() > 0) {
      out.println(
          "note: "
              + Figures.count(report.hidden())
              + " rows could not be seen: another partition has a later row of the key");
    }
    List<Integer> moving =
        report.partitions().stream()
            .filter(count -> count.storeRows().isEmpty())
            .map(PartitionCount::partition)
            .toList();
    if (!moving.isEmpty()) {
      out.println(
          "note: that there is no row too many could not be proven while records keep coming"
              + " (partitions "
              + moving
              + ")");
    }
    for (PartitionCount count : report.partitions()) {
      if (!count.isWhole()) {
        out.println(
            "note: partition "
                + count.partition()
                + " begins at offset "
                + count.beginning()
                + "; rows of older records cannot be judged");
      }
    }
    report.deadLetters().ifPresent(letters -> out.println(line(letters)));
  }

  private static String line(DeadLetterCount letters) {
    String missing =
        letters.missing() == 0
            ? ""
            : ", "
                + Figures.count(letters.missing())
                + " WITHOUT a letter: "
                + letters.firstMissing();
    return "dead letters: topic "
        + letters.topic()
        + " has "
        + Figures.count(letters.letters())
        + " for "
        + Figures.count(letters.rejected())
        + " rejected records"
        + missing
        + ", "
        + Figures.count(letters.duplicates())
        + " sent again, "
        + Figures.count(letters.unmatched())
        + " of records that are not rejected or gone";
  }

  private static String verdict(AuditReport report) {
    if (!report.equal()) {
      return "differs ("
          + report.totals().entrySet().stream()
              .sorted(Comparator.comparing(Map.Entry::getKey))
              .map(total -> Figures.count(total.getValue()) + " x " + total.getKey().words())
              .collect(Collectors.joining(", "))
          + (report.totals().isEmpty() ? "dead letters" : "")
          + ")";
    }
    return report.countProven() ? "equal" : "equal, as far as could be seen";
  }

  private static String summary(AuditReport report) {
    return "collection "
        + report.collection()
        + " and topic "
        + report.topic()
        + ", "
        + Figures.count(report.records())
        + " records in "
        + report.partitions().size()
        + " partitions, "
        + Figures.count(report.expectedRows())
        + " rows ("
        + Figures.count(report.equalRows())
        + " seen equal), "
        + Figures.count(report.deletedKeys())
        + " deleted keys, "
        + Figures.count(report.rejected())
        + " rejected records, in "
        + Figures.duration(report.took());
  }

  /** Keys and payloads may hold anything, also what would move the cursor. */
  private static String printable(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }
}
