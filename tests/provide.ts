/** What an entrance gives the rooms, for the tests of rooms that are entered by themselves. */
import '../src/headless/tools';
