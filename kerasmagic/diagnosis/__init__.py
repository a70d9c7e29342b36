"""Problems and fixes: from what code asks for, and what is here, to what to do."""
