/**
 * The command {@code audit}: whether a running store equals its topic.
 *
 * <p>In: the topic, read again from its beginning, and the store's answers over HTTP. Out: an
 * {@link io.weir.deploy.audit.AuditReport}. Of ingest it shares the decoders, so that formats
 * agree; which records are refused and which row is the last it decides by itself ({@code
 * RecordRules}, {@code ExpectedRows}), and of the store it knows nothing but what HTTP says.
 *
 * <p>The way: {@code TopicScan} reads the topic into {@code ExpectedRows}; {@code RowCount}
 * compares numbers of rows at a position at which the store stands still; {@code RowComparison}
 * asks for every key; what differs is dropped again if the topic has a newer record of the key, and
 * {@code DifferenceText} says what is left. {@code Audit} is the way in.
 */
@NullMarked
package io.weir.deploy.audit;

import org.jspecify.annotations.NullMarked;
