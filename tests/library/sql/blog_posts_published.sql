select count(*) from pages where kind = 'blog_post' and published_on >= $start and published_on < $end
