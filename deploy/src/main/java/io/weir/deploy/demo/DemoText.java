package io.weir.deploy.demo;

import io.weir.api.client.WeirClient;
import io.weir.deploy.terminal.Figures;
import io.weir.storage.RecoveryReport;
import io.weir.storage.StoreStats;
import io.weir.storage.StoreStats.CollectionStats;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** What a demo says. */
final class DemoText {

  private static final int K = 5;

  private DemoText() {}

  /** What opening the store found. */
  static String recovery(RecoveryReport report) {
    if (report.shards() == 0) {
      return "the store is new";
    }
    return "recovered "
        + Figures.count(report.liveRows())
        + " rows from "
        + Figures.count(report.chunks())
        + " chunks of "
        + Figures.count(report.shards())
        + " shards in "
        + Figures.duration(report.took());
  }

  /** Commands to paste into another terminal. */
  static List<String> commands(DemoStream stream, URI http) {
    String collection = http + "/v1/collections/" + stream.name();
    String key = stream.exampleKey();
    List<String> lines = new ArrayList<>();
    lines.add("curl '" + collection + "/vectors/" + WeirClient.pathSegment(key) + "'");
    lines.add(
        "curl '"
            + collection
            + "/search' -H 'content-type: application/json' -d '{\"key\": \""
            + key
            + "\", \"k\": "
            + K
            + "}'");
    stream
        .exampleFilter()
        .ifPresent(filter ->
            lines.add(
                "curl '"
                    + collection
                    + "/search' -H 'content-type: application/json' -d '{\"key\": \""
                    + key
                    + "\", \"k\": "
                    + K
                    + ", \"filter\": "
                    + filter
                    + "}'"));
    lines.add("curl '" + http + "/v1/stats'");
    lines.add("deploy/weir search " + question(stream) + url(http));
    return lines;
  }

  private static String question(DemoStream stream) {
    return stream.name().equals(DemoStream.JDK)
        ? "--text \"read all lines of a file\""
        : "--collection " + stream.name() + " --key " + stream.exampleKey();
  }

  private static String url(URI http) {
    return http.equals(WeirClient.DEFAULT_URL) ? "" : " --url " + http;
  }

  /** Rows and bytes of every collection. */
  static List<String> summary(StoreStats stats) {
    return stats.collections().stream().map(DemoText::summary).toList();
  }

  private static String summary(CollectionStats collection) {
    var total = collection.total();
    long hotRows = total.rows().hot();
    String text =
        collection.name()
            + ": "
            + Figures.count(total.rows().live())
            + " rows, "
            + Figures.bytes(total.disk().logicalBytes())
            + " in "
            + Figures.count(total.disk().chunks())
            + " chunks of "
            + collection.shards().size()
            + " shards";
    return hotRows == 0
        ? text
        : text + "; " + Figures.count(hotRows) + " rows are not on the disk, Kafka has them";
  }
}
