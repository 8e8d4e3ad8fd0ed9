/**
 * Puts Weir together and runs it.
 *
 * <p>In: the command line and the settings ({@code config}). Out: a process that reads topics,
 * keeps the store and answers over HTTP, put together and taken apart in the data's order by {@link
 * io.weir.deploy.WeirServer}; its log on standard error, and an exit code.
 */
@NullMarked
package io.weir.deploy;

import org.jspecify.annotations.NullMarked;
