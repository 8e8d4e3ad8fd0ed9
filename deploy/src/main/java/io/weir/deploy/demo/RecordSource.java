package io.weir.deploy.demo;

/**
 * Records to be streamed, each under its own key, in an order that is the same in every run: that
 * is what lets an interrupted stream be continued.
 *
 * <p><b>Threads:</b> one at a time.
 */
interface RecordSource {

  /** How many records there are. */
  long size();

  /** Key of a record; a new array. */
  byte[] key(long index);

  /** Value of a record; a new array. */
  byte[] value(long index);
}
