/**
 * The demo: everything of Weir on one machine, with real input, and a search on the command line.
 *
 * <p>In: the public API of the JDK that runs this process ({@link io.weir.deploy.demo.JdkApi}), or
 * random vectors made on the fly. Out: records on a topic of an embedded broker, sent by an
 * ordinary producer that continues where an earlier run was cut off, and words for the user. What
 * takes the records in and serves them is handed in as a {@link io.weir.deploy.demo.DemoTarget}:
 * this package knows the broker and the store's figures, and neither ingest nor HTTP server.
 *
 * <p>The way of a record: {@code JdkApi} reads a method, {@code HashingEmbedder} makes a vector of
 * it, {@code JdkRecords} a value; {@code FeedPlan} knows whether the topic has it, {@code
 * TopicFeeder} sends it. {@code DemoRun} starts and stops everything in order; {@code DemoCommand}
 * and {@code SearchCommand} are the command line.
 */
@NullMarked
package io.weir.deploy.demo;

import org.jspecify.annotations.NullMarked;
